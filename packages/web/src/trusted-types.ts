/**
 * The one Trusted Types policy of the page: programs that run beside it come from paths of this list. There is none for
 * markup, so nothing that people write can become any.
 */

interface ScriptUrls {
  createScriptURL(path: string): string;
}
interface Policies {
  createPolicy(name: string, rules: { createScriptURL: (path: string) => string }): ScriptUrls;
}

/** Of this server, exactly as written here. */
const PROGRAMS = ['/sw.js'] as const;
export type Program = (typeof PROGRAMS)[number];

const allowed: ReadonlySet<string> = new Set(PROGRAMS);
const rules = {
  createScriptURL(path: string): string {
    if (allowed.has(path)) return path;
    throw new TypeError(`${path} is no program of this page`);
  },
};
const { trustedTypes } = globalThis as { trustedTypes?: Policies };
const policy: ScriptUrls = trustedTypes?.createPolicy('sotto', rules) ?? rules;

/** The address of a program as the browser takes it. Throws TypeError on any that is not listed. */
export const programUrl = (program: Program): string => policy.createScriptURL(program);
