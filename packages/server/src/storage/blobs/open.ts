import type { BlobStore } from '../../files/blobs.ts';
import type { FilePlace } from '../../files/settings.ts';
import { openDiskBlobs } from './disk.ts';
import { openS3Blobs } from './s3.ts';

/** Rejects with BlobFailure or StorageFull. */
export function openBlobs(place: FilePlace): Promise<BlobStore> {
  switch (place.kind) {
    case 'disk':
      return openDiskBlobs({ directory: place.directory });
    case 's3': {
      const { bucket, prefix, directory, access } = place;
      return openS3Blobs({ bucket, prefix, directory, ...access });
    }
  }
}
