/** The page's schema is what the library makes of the same descriptors, as far as messages are read and written with it. */
import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { revive } from '../src/revived.ts';
import type { DescEnum, DescField, DescFile, DescMessage } from './described.ts';
import { fileOf, revivedSource, writtenFile } from './descriptors.ts';

const GENERATED = join(import.meta.dir, '../../../proto/gen/sotto/v1');
const paths = [...new Bun.Glob('*_pb.js').scanSync({ cwd: GENERATED })].map((name) => join(GENERATED, name));

/** Each after those that it names types of. */
async function files(): Promise<DescFile[]> {
  const all = new Set<DescFile>();
  const add = (file: DescFile): void => {
    if (!file.name.startsWith('sotto/')) return;
    for (const each of file.dependencies) add(each);
    all.add(file);
  };
  for (const path of paths) add(await fileOf(path));
  return [...all];
}

const fieldFacts = (field: DescField) => ({
  localName: field.localName,
  number: field.number,
  kind: field.kind,
  fieldKind: field.fieldKind,
  listKind: field.listKind,
  scalar: field.scalar,
  message: field.message?.typeName,
  enum: field.enum?.typeName,
  presence: field.presence,
  packed: field.fieldKind === 'list' ? field.packed : undefined,
  delimitedEncoding: field.delimitedEncoding,
  longAsString: field.fieldKind === 'scalar' ? field.longAsString : false,
  utf8Validation: field.utf8Validation,
  oneof: field.oneof?.localName,
  parent: field.parent?.typeName,
  initial: field.fieldKind === 'list' ? undefined : field.getDefaultValue?.(),
});

const messageFacts = ({ typeName, kind, fields, members, oneofs, file }: DescMessage) => ({
  ...{ typeName, kind },
  edition: file.edition,
  fields: fields.map(fieldFacts),
  members: members.map((each) => [each.kind, each.localName]),
  oneofs: oneofs.map((each) => [each.localName, each.fields.map(({ localName }) => localName)]),
});

const enumFacts = ({ typeName, kind, open, values }: DescEnum) => ({
  ...{ typeName, kind, open },
  values: values.map(({ localName, number, proto }) => {
    const said = proto.options?.$unknown?.map(({ no, wireType, data }) => [no, wireType, [...data]]);
    return [localName, number, said];
  }),
});

const fileFacts = ({ name, kind, edition, messages, enums, extensions }: DescFile) => ({
  ...{ name, kind, edition },
  messages: messages.map(messageFacts),
  enums: enums.map(enumFacts),
  options: extensions.map(({ number }) => number),
});

test('C1: what the page makes of the schema says the same as what the library makes of it', async () => {
  const all = await files();
  expect(all.length).toBe(paths.length);
  for (const file of all) {
    const revived = revive(writtenFile(file)) as unknown as DescFile;
    expect(fileFacts(revived)).toEqual(fileFacts(file));
  }
});

test('C1: nothing of the library that decodes descriptors is asked for any more', async () => {
  for (const path of paths) {
    const source = revivedSource(await Bun.file(path).text(), await fileOf(path));
    expect([path, source.includes('fileDesc'), source.includes('protobuf/wkt')]).toEqual([
      path,
      false,
      false,
    ]);
    expect(source).toMatch(/= \/\*@__PURE__\*\/\s+revive\(/);
  }
});
