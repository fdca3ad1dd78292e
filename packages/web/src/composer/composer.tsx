import { IconButton } from '../ui/button.tsx';
import { About } from './about.tsx';
import { AttachButton, AttachedTray } from './attach.tsx';
import { CompletionList, optionId } from './completion-list.tsx';
import styles from './composer.module.css';
import { EmojiButton } from './emoji-button.tsx';
import { onFieldKey } from './field-keys.ts';
import { useComposer } from './use-composer.ts';
import type { WrittenWhere } from './written-where.ts';

export interface ComposerProps extends WrittenWhere {
  /** What to say where it is empty: "Message #garden". */
  placeholder: string;
}

export function Composer(props: ComposerProps) {
  const { placeholder, writing, onWriting } = props;
  const composer = useComposer(props);
  const { field, text, listId, attached, completion, slash, tooLong, isOpen, canSend } = composer;
  const { send, attach, onText, insert, insertEmoji } = composer;
  const isEditing = writing.kind === 'edit';
  return (
    <div className={styles.composer}>
      {slash.pane}
      {isOpen && <CompletionList id={listId} {...completion} onChoose={insert} />}
      <About writing={writing} onLeave={() => onWriting({ kind: 'new' })} />
      <AttachedTray {...attached} />
      <div className={styles.line}>
        <AttachButton onFiles={attach} />
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          aria-label={placeholder}
          placeholder={placeholder}
          aria-autocomplete="list"
          aria-controls={isOpen || slash.active !== undefined ? listId : undefined}
          aria-activedescendant={isOpen ? optionId(listId, completion.at) : slash.active}
          aria-invalid={tooLong > 0 || undefined}
          value={text}
          onChange={({ target }) => onText(target.value)}
          onSelect={completion.look}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing || slash.onKeyDown(event)) return;
            if (isOpen && completion.onKeyDown(event)) return;
            onFieldKey(event, props, text, send);
          }}
          onPaste={(event) => {
            const { files } = event.clipboardData;
            if (files.length === 0) return;
            event.preventDefault();
            attach([...files]);
          }}
        />
        <EmojiButton onPick={insertEmoji} />
        <IconButton
          icon={isEditing ? 'check' : 'send'}
          label={isEditing ? 'Save' : 'Send'}
          keys="Enter"
          disabled={!canSend}
          onClick={send}
        />
      </div>
      {tooLong > 0 && (
        <p className={styles.problem} role="alert">
          Too long by {tooLong} bytes. Send it as a file, or in parts.
        </p>
      )}
    </div>
  );
}
