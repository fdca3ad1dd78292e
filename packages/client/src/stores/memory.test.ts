import { storeContract } from './contract.suite.ts';
import { MemoryStore } from './memory.ts';

storeContract('memory', async () => {
  const store = new MemoryStore();
  return { store, reopen: async () => store };
});
