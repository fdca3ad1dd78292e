import { useEffect, useState } from 'react';

interface Address {
  url: string;
  users: number;
}

/** A row that becomes another one, or comes back at once, shows the same without a flicker. */
const KEPT_MS = 1_000;
/** By type: the same bytes may be offered as several. */
const addresses = new WeakMap<Blob, Map<string, Address>>();

/** The address of the bytes as long as they are shown, as something of a type of ours; given back soon after that. */
export function useObjectUrl(blob: Blob | undefined, type: string): string | undefined {
  const [url, setUrl] = useState(() => blob && addresses.get(blob)?.get(type)?.url);
  useEffect(() => {
    if (blob === undefined) return setUrl(undefined);
    const address = take(blob, type);
    setUrl(address.url);
    return () => giveBack(blob, type, address);
  }, [blob, type]);
  return url;
}

function take(blob: Blob, type: string): Address {
  const byType = addresses.get(blob) ?? new Map<string, Address>();
  addresses.set(blob, byType);
  const address = byType.get(type) ?? { url: URL.createObjectURL(new Blob([blob], { type })), users: 0 };
  byType.set(type, address);
  address.users += 1;
  return address;
}

function giveBack(blob: Blob, type: string, address: Address): void {
  address.users -= 1;
  setTimeout(() => {
    const byType = addresses.get(blob);
    if (address.users > 0 || byType?.get(type) !== address) return;
    byType.delete(type);
    URL.revokeObjectURL(address.url);
  }, KEPT_MS);
}
