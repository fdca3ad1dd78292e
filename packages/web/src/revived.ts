/**
 * Descriptors of the schema's files, from what `bundle/descriptors.ts` wrote of them: as much as reading and writing messages
 * needs. The library's own way is to decode descriptors of descriptors, which is 50 kB of code before packing.
 */
const PROTO3 = 999;
const EXPLICIT = 1;
const IMPLICIT = 2;

export interface WrittenFile {
  readonly name: string;
  readonly package: string;
  /** `Name:LOCAL_NAME=0,OTHER=1` */
  readonly enums: readonly string[];
  /** `Name:localName=1 type oneof,other=2 type` */
  readonly messages: readonly string[];
  /** Numbers of options, of enum values. */
  readonly options: readonly number[];
  /** By enum and value: what those options say, as they were encoded, a character a byte. */
  readonly said: Readonly<Record<string, string>>;
}

/** How a field's type is written: its number, or the name of a type; before it `*` where there are many, `?` where it may be absent. */
const TYPE = /^([*?]?)(?:(\d+)|([me])(\w+))$/;
const ENUM_TYPE = 14;
/** Strings, messages and bytes are never packed. */
const UNPACKED = new Set([9, 11, 12]);

type Made = Record<string, unknown>;

const types = new Map<string, Made>();

export function revive(written: WrittenFile): Made {
  const file: Made = { kind: 'file', edition: PROTO3, name: written.name, proto: { name: written.name } };
  file.extensions = written.options.map((number) => ({ kind: 'extension', number }));
  file.enums = written.enums.map((text) => reviveEnum(text, file, written));
  // Messages name each other.
  const halves = written.messages.map((text): [Made, string] => {
    const [name, fields] = split(text, ':');
    return [known({ kind: 'message', file, ...named(name, written) }), fields];
  });
  file.messages = halves.map(([message, fields]) => Object.assign(message, membersOf(message, fields)));
  return file;
}

const named = (name: string, { package: inside }: WrittenFile) => ({ name, typeName: `${inside}.${name}` });

function known(type: Made): Made {
  types.set(`${type.name}`, type);
  return type;
}

function reviveEnum(text: string, file: Made, written: WrittenFile): Made {
  const [name, names] = split(text, ':');
  const values = names.split(',').map((each) => {
    const [localName, number] = split(each, '=');
    const said = written.said[`${name}.${localName}`];
    const options =
      said === undefined
        ? undefined
        : { $unknown: [{ no: written.options[0], wireType: 2, data: bytes(said) }] };
    return { kind: 'enum_value', name: localName, localName, number: Number(number), proto: { options } };
  });
  return known({ kind: 'enum', file, open: true, values, ...named(name, written) });
}

function membersOf(parent: Made, text: string): Made {
  const oneofs = new Map<string, { kind: 'oneof'; parent: Made; localName: string; fields: Made[] }>();
  const members = new Set<unknown>();
  const fields = (text === '' ? [] : text.split(',')).map((each) => {
    const [said, type = '', group] = each.split(' ');
    const [localName, number] = split(said ?? '', '=');
    const oneof = group === undefined ? undefined : (oneofs.get(group) ?? newOneof(parent, group));
    const field: Made = { kind: 'field', parent, name: localName, localName, number: Number(number), oneof };
    Object.assign(field, typeOf(type, oneof !== undefined));
    if (group !== undefined && oneof !== undefined) oneofs.set(group, oneof);
    oneof?.fields.push(field);
    members.add(oneof ?? field);
    return field;
  });
  return { fields, members: [...members], oneofs: [...oneofs.values()] };
}

const newOneof = (parent: Made, localName: string) => ({
  kind: 'oneof' as const,
  parent,
  localName,
  fields: [] as Made[],
});

function typeOf(text: string, isInOneof: boolean): Made {
  const [, sign = '', number, letter, name = ''] = TYPE.exec(text) ?? [];
  const type = types.get(name);
  const what = letter === 'm' ? 'message' : letter === 'e' ? 'enum' : 'scalar';
  const scalar = number === undefined ? undefined : Number(number);
  const isList = sign === '*';
  const isExplicit = !isList && (sign === '?' || isInOneof || what === 'message');
  return {
    fieldKind: isList ? 'list' : what,
    listKind: isList ? what : undefined,
    scalar,
    message: what === 'message' ? type : undefined,
    enum: what === 'enum' ? type : undefined,
    presence: isExplicit ? EXPLICIT : IMPLICIT,
    packed: isList ? !UNPACKED.has(scalar ?? (what === 'enum' ? ENUM_TYPE : 11)) : undefined,
    delimitedEncoding: what === 'message' ? false : undefined,
    longAsString: false,
    utf8Validation: true,
    getDefaultValue: isList ? undefined : () => undefined,
  };
}

function split(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return [text.slice(0, place), text.slice(place + 1)];
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
