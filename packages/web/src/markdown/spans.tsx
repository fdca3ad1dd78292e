/** biome-ignore-all lint/suspicious/noArrayIndexKey: parts of one text, which have no other names. */
import type { Span } from '@sotto/model';
import { tip } from '../ui/tip.ts';
import { leadsOutside, saysAddress } from './addresses.ts';
import styles from './markdown.module.css';
import { Mention, Reference } from './names.tsx';

export const Spans = ({ spans }: { spans: readonly Span[] }) =>
  spans.map((span, at) => <One key={at} span={span} />);

function One({ span }: { span: Span }) {
  switch (span.kind) {
    case 'text':
      return span.text;
    case 'strong':
      return (
        <strong>
          <Spans spans={span.spans} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Spans spans={span.spans} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Spans spans={span.spans} />
        </s>
      );
    case 'code':
      return <code className={styles.code}>{span.text}</code>;
    case 'link':
      return <Outside url={span.url} spans={span.spans} />;
    case 'mention':
      return <Mention text={span.text} names={span.names} />;
    case 'reference':
      return <Reference span={span} />;
    case 'break':
      return <br />;
  }
}

/** Out of the client: where it leads is said before it is opened, and the other side learns nothing of where it was. */
function Outside({ url, spans }: { url: string; spans: readonly Span[] }) {
  if (!leadsOutside(url)) return <Spans spans={spans} />;
  const [only] = spans;
  const isAddress = spans.length === 1 && only?.kind === 'text' && saysAddress(only.text, url);
  return (
    <a
      className={styles.link}
      href={url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      {...(isAddress ? {} : tip(url))}
    >
      <Spans spans={spans} />
    </a>
  );
}
