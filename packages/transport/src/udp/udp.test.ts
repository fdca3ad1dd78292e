import { describeTransport } from '../testing/contract.suite.ts';
import { testIdentity } from '../testing/identity.ts';
import { udpHarness } from '../testing/udp-harness.ts';

describeTransport(udpHarness(await testIdentity()));
