/** A button that opens the emoji picker, and what was picked. */
import '../theme/index.css';
import { useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { EmojiPopover, readyEmoji } from '../emoji/emoji-popover.tsx';
import { Button } from '../ui/button.tsx';

function Page() {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [picked, setPicked] = useState('');
  return (
    <main>
      <h1>Emoji</h1>
      <Button ref={button} onFocus={readyEmoji} onClick={() => setOpen(true)}>
        React
      </Button>
      <output aria-label="Picked">{picked}</output>
      {isOpen && button.current !== null && (
        <EmojiPopover
          label="React"
          at={button.current}
          onPick={(glyph) => setPicked(picked + glyph)}
          onClose={() => setOpen(false)}
        />
      )}
    </main>
  );
}

const place = document.getElementById('app');
if (place !== null) createRoot(place).render(<Page />);
