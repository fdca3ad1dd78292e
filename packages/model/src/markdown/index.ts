export * from './ast.ts';
export { parseMarkdown } from './parse.ts';
export { plainText } from './plain.ts';
