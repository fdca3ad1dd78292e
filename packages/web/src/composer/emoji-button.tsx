import { useRef, useState } from 'react';
import { EmojiPopover, readyEmoji } from '../emoji/emoji-popover.tsx';
import { IconButton } from '../ui/button.tsx';

export function EmojiButton({ onPick }: { onPick(glyph: string): void }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton
        ref={button}
        icon="smile"
        label="Emoji"
        aria-expanded={isOpen}
        onPointerEnter={readyEmoji}
        onFocus={readyEmoji}
        onClick={() => setOpen(true)}
      />
      {isOpen && button.current !== null && (
        <EmojiPopover label="Emoji" at={button.current} onPick={onPick} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
