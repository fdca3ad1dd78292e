import { errorWords } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import { useStore } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { addToast } from '../ui/toasts.ts';
import { excerptOf, nameOf } from './words.ts';

export interface MessageDialogProps {
  message: MessageView;
  onClose(): void;
}

export function DeleteDialog({ message, onClose }: MessageDialogProps) {
  const { client } = useStore();
  const remove = () => {
    client.delete(message.room.number, message.sequence).catch((error) => {
      addToast({ kind: 'danger', words: `The message is still there. ${errorWords(error)}` });
    });
    onClose();
  };
  const whose = message.mine ? 'your message' : `the message of ${nameOf(message.sender)}`;
  return (
    <Dialog
      title="Delete this message?"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" autoFocus onClick={remove}>
            Delete
          </Button>
        </>
      }
    >
      <p>
        Nobody will be able to read {whose} any more: “{excerptOf(message)}”
      </p>
    </Dialog>
  );
}
