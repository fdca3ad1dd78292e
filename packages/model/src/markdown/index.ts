export * from './ast.ts';
export { parseMarkdown } from './parse.ts';
