import { useEffect, useState } from 'react';

/** The address of a picture of at most 256 by 256 pixels that came with a message, as long as it is shown. */
export function useThumbnail(picture: Uint8Array | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const type = picture && typeOf(picture);
    if (picture === undefined || type === undefined) return;
    const made = URL.createObjectURL(new Blob([new Uint8Array(picture)], { type }));
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [picture]);
  return url;
}

/** By its first bytes; the three kinds that a thumbnail may be, else nothing is shown. */
function typeOf(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xd8) return 'image/jpeg';
  if (first === 0x89 && second === 0x50) return 'image/png';
  return first === 0x52 && second === 0x49 ? 'image/webp' : undefined;
}
