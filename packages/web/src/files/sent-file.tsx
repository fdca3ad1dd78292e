import type { FilePreview } from '@sotto/client';
import { safeFileName } from '@sotto/model';
import type { ReactNode } from 'react';
import { FileLine } from './file-line.tsx';
import { mediaOf } from './media.ts';
import { PictureLook } from './picture-look.tsx';
import { shownBlob } from './shown-blobs.ts';
import { useObjectUrl } from './use-object-url.ts';
import { useThumbnail } from './use-thumbnail.ts';

export interface SentFileProps {
  /** The client message id: what was sent from this window is here. */
  id: string;
  name: string;
  sizeBytes: number | undefined;
  mediaType: string;
  preview: FilePreview | undefined;
  children?: ReactNode;
}

/** A file on its way, as it will look when it is there. */
export function SentFile({ id, name, sizeBytes, mediaType, preview, children }: SentFileProps) {
  const media = mediaOf({ name, mediaType, sizeBytes: sizeBytes ?? 0 });
  const isPicture = media?.kind === 'picture';
  const url = useObjectUrl(isPicture ? shownBlob('', id) : undefined, isPicture ? media.type : '');
  const thumbnail = useThumbnail(preview?.thumbnail);
  const isSeen = isPicture || media?.kind === 'video';
  return (
    <FileLine
      name={safeFileName(name)}
      sizeBytes={sizeBytes}
      media={media}
      look={
        isSeen && (
          <PictureLook
            url={url ?? thumbnail}
            preview={preview}
            isComing={isPicture && url !== undefined}
            label={name}
            isFilm={!isPicture}
          />
        )
      }
    >
      {children}
    </FileLine>
  );
}
