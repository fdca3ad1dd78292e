import { simulateUdp } from '/work/main/tests/simulation/udp/simulate.ts';

const from = Number(process.argv[2]),
  until = Date.now() + Number(process.argv[3]) * 1000;
let seed = from,
  bad = 0;
for (; Date.now() < until && bad < 8; seed++) {
  const { problems } = simulateUdp(seed);
  if (problems.length) {
    bad++;
    console.log(seed, problems.slice(0, 3));
  }
}
console.log('ran', seed - from, 'bad', bad);
