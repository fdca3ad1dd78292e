import type { BlobStore } from '../../files/blobs.ts';
import type { FilePlace } from '../../files/settings.ts';
import { openDiskBlobs } from './disk.ts';

export function openBlobs(place: FilePlace): Promise<BlobStore> {
  switch (place.kind) {
    case 'disk':
      return openDiskBlobs({ directory: place.directory });
    case 's3':
      throw new Error('files in S3 are to come');
  }
}
