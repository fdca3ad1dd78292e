import { describeTransport } from '../testing/contract.suite.ts';
import { testIdentity } from '../testing/identity.ts';
import { quicHarness } from '../testing/quic-harness.ts';

describeTransport(quicHarness(await testIdentity()));
