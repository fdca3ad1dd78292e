import type { UploadItem } from '@sotto/app';
import { SentFile } from '../files/sent-file.tsx';
import { TransferLine } from '../files/transfer-line.tsx';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Frame } from './frame.tsx';

/** A file on its way to the server; its message comes when it is there. */
export function UploadRow({ item, tabIndex }: { item: UploadItem; tabIndex: 0 | -1 }) {
  const store = useStore();
  const me = useReadable(store.me);
  const { transfer, isHead, at } = item;
  return (
    <Frame author={me} at={at} isHead={isHead} tabIndex={tabIndex} label={`Sending ${transfer.name}`}>
      <SentFile id={transfer.id} name={transfer.name} {...transfer.file}>
        <TransferLine transfer={transfer} />
      </SentFile>
    </Frame>
  );
}
