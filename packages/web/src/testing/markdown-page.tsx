/** Every payload as a message, and some ordinary ones: built and served like the client. */
import '../theme/index.css';
import { createRoot } from 'react-dom/client';
import { Markdown } from '../markdown/markdown.tsx';
import { PAYLOADS } from './hostile-texts.ts';

const ORDINARY = `# Plan

Some **bold**, *leaning*, ~~gone~~ and \`code\`; see [the page](https://a.example/b) or https://a.example/c.

- one
  - [x] two
- three

> said *so*

| a | b |
|---|--:|
| 1 | 2 |

\`\`\`ts
const x: number = 1; // one
\`\`\`

---

1. last`;

const place = document.getElementById('app');
if (place !== null) {
  createRoot(place).render(
    <main>
      <h1>Messages</h1>
      <article id="ordinary">
        <Markdown text={ORDINARY} />
      </article>
      <article id="emoji">
        <Markdown text="👍🎉" />
      </article>
      <div id="hostile">
        {PAYLOADS.map((text) => (
          <article key={text}>
            <Markdown text={text} />
          </article>
        ))}
      </div>
    </main>,
  );
}
