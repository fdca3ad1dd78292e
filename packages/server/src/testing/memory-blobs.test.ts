import { blobContract } from '../storage/blobs/testing/contract.suite.ts';
import { MemoryBlobs } from './memory-blobs.ts';

blobContract({
  name: 'memory',
  runs: 30,
  async create() {
    const blobs = new MemoryBlobs();
    return { open: async () => blobs, remove: async () => {} };
  },
});
