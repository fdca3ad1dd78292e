/** Colours for code, in the languages that are asked for most. Fetched with the first code that names one. */
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

const lowlight = createLowlight({
  ...{ bash, cpp, csharp, css, diff, go, ini, java, json },
  ...{ markdown, python, rust, sql, typescript, xml, yaml },
});
lowlight.registerAlias({
  typescript: ['javascript', 'js', 'jsx', 'mjs', 'cjs', 'tsx'],
  cpp: ['c', 'h'],
  bash: ['shell', 'console'],
});

/** Of few kinds: more colours than that say nothing. */
export type Look = 'comment' | 'word' | 'text' | 'value' | 'name' | 'added' | 'removed';
export type Highlighted = string | { look: Look; parts: readonly Highlighted[] };

const LOOKS: Readonly<Record<string, Look>> = {
  ...{ comment: 'comment', quote: 'comment', meta: 'comment' },
  ...{
    keyword: 'word',
    'selector-tag': 'word',
    tag: 'word',
    section: 'word',
    doctag: 'word',
    operator: 'word',
  },
  ...{ string: 'text', regexp: 'text', char: 'text', link: 'text' },
  ...{
    number: 'value',
    literal: 'value',
    symbol: 'value',
    bullet: 'value',
    variable: 'value',
    'template-variable': 'value',
  },
  ...{ title: 'name', type: 'name', built_in: 'name', attr: 'name', attribute: 'name', name: 'name' },
  ...{ 'selector-class': 'name', 'selector-id': 'name', property: 'name' },
  ...{ addition: 'added', deletion: 'removed' },
};

/** undefined where the language is not known. */
export function highlight(language: string, text: string): readonly Highlighted[] | undefined {
  if (!lowlight.registered(language)) return undefined;
  return partsOf(lowlight.highlight(language, text).children);
}

type Node = ReturnType<typeof lowlight.highlight>['children'][number];

function partsOf(nodes: readonly Node[]): readonly Highlighted[] {
  return nodes.flatMap((node): readonly Highlighted[] => {
    if (node.type === 'text') return [node.value];
    if (node.type !== 'element') return [];
    const parts = partsOf(node.children.filter((child) => child.type === 'text' || child.type === 'element'));
    const look = lookOf(node.properties.className);
    return look === undefined ? parts : [{ look, parts }];
  });
}

/** `['hljs-title', 'function_']`. */
function lookOf(names: unknown): Look | undefined {
  const [first] = Array.isArray(names) ? names : [];
  return LOOKS[String(first).replace('hljs-', '')];
}
