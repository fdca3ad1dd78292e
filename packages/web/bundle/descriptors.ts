/**
 * The schema's descriptors are base64 of descriptors in the generated code, which the library decodes by a descriptor of
 * descriptors. The page gets what they come to instead: 14 kB less on the wire, and nothing to decode at its start.
 */
import { join } from 'node:path';
import type { BunPlugin } from 'bun';
import type { WrittenFile } from '../src/revived.ts';
import type { DescEnum, DescField, DescFile, DescMessage } from './described.ts';

const GENERATED = /[\\/]proto[\\/]gen[\\/].*_pb\.js$/;
const DESCRIPTOR = /\bfileDesc\("[A-Za-z0-9+/=]+"(?:, \[([^\]]*)\])?\)/;
const LIBRARY = /^import \{([^}]*)\} from "@bufbuild\/protobuf\/codegenv2";$/m;
const WELL_KNOWN = /^import .* from "@bufbuild\/protobuf\/wkt";$/m;
const REVIVED = join(import.meta.dir, '../src/revived.ts');
const ENUM_VALUE_OPTIONS = 'google.protobuf.EnumValueOptions';

export const descriptorsPlugin: BunPlugin = {
  name: 'descriptors as they come to be',
  setup(build) {
    build.onLoad({ filter: GENERATED }, async ({ path }) => ({
      contents: revivedSource(await Bun.file(path).text(), await fileOf(path)),
      loader: 'js',
    }));
  },
};

/** The descriptor that a generated module makes. */
export async function fileOf(path: string): Promise<DescFile> {
  const module: Readonly<Record<string, { kind?: string }>> = await import(path);
  const file = Object.values(module).find((each) => each.kind === 'file');
  if (file === undefined) throw new Error(`${path} makes no descriptor`);
  return file as unknown as DescFile;
}

/** The same module with descriptors that are made from what is written here. */
export function revivedSource(source: string, file: DescFile): string {
  const [, imported = ''] = LIBRARY.exec(source) ?? [];
  const names = imported
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== 'fileDesc');
  const library = `import { ${names.join(', ')} } from "@bufbuild/protobuf/codegenv2";
import { revive } from ${JSON.stringify(REVIVED)};`;
  const written = JSON.stringify(writtenFile(file));
  return source
    .replace(LIBRARY, () => library)
    .replace(WELL_KNOWN, '')
    .replace(DESCRIPTOR, (_, needed: string | undefined) => {
      const others = (needed ?? '').split(', ').filter((name) => name !== '' && !name.includes('google'));
      return `revive(${written}${others.map((name) => `, ${name}`).join('')})`;
    });
}

export function writtenFile(file: DescFile): WrittenFile {
  const { name, enums, messages, extensions } = file;
  must(file.edition === 999 && file.services.length === 0, `${name} is proto3 without services`);
  for (const { extendee } of extensions)
    must(extendee.typeName === ENUM_VALUE_OPTIONS, 'options are those of enum values');
  return {
    name,
    package: file.proto.package,
    enums: enums.map(
      (each) => `${each.name}:${each.values.map(({ localName, number }) => `${localName}=${number}`)}`,
    ),
    messages: messages.map(writtenMessage),
    options: extensions.map(({ number }) => number),
    said: Object.assign({}, ...enums.map(optionsOf)),
  };
}

function writtenMessage({ name, fields, nestedMessages, nestedEnums }: DescMessage): string {
  must(nestedMessages.length + nestedEnums.length === 0, `${name} holds no types of its own`);
  return `${name}:${fields.map(writtenField)}`;
}

function writtenField(field: DescField): string {
  const { localName, number, oneof } = field;
  must(field.fieldKind !== 'map', `${localName} is no map`);
  const isOptional =
    field.fieldKind === 'scalar' || field.fieldKind === 'enum' ? field.presence === 1 : false;
  const sign = field.fieldKind === 'list' ? '*' : isOptional && oneof === undefined ? '?' : '';
  const type = field.message
    ? `m${field.message.name}`
    : field.enum
      ? `e${field.enum.name}`
      : `${field.scalar}`;
  return `${localName}=${number} ${sign}${type}${oneof === undefined ? '' : ` ${oneof.localName}`}`;
}

function optionsOf({ name, values }: DescEnum): Record<string, string> {
  const said: Record<string, string> = {};
  for (const { localName, proto } of values) {
    const [option, ...more] = proto.options?.$unknown ?? [];
    if (option === undefined) continue;
    must(more.length === 0 && option.wireType === 2, `${name}.${localName} has one option, a message`);
    said[`${name}.${localName}`] = String.fromCharCode(...option.data);
  }
  return said;
}

/** What is not so is to be taught to both this and `revived.ts`. */
function must(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`the page's schema can only be made where ${what}`);
}
