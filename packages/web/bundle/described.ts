/** What is used of the library's descriptors. */
export interface DescFile {
  readonly kind: 'file';
  readonly name: string;
  readonly edition: number;
  readonly proto: { readonly package: string };
  readonly dependencies: readonly DescFile[];
  readonly enums: readonly DescEnum[];
  readonly messages: readonly DescMessage[];
  readonly services: readonly unknown[];
  readonly extensions: readonly {
    readonly number: number;
    readonly extendee: { readonly typeName: string };
  }[];
}

export interface DescMessage {
  readonly kind: 'message';
  readonly name: string;
  readonly typeName: string;
  readonly file: DescFile;
  readonly fields: readonly DescField[];
  readonly members: readonly (DescField | DescOneof)[];
  readonly oneofs: readonly DescOneof[];
  readonly nestedMessages: readonly unknown[];
  readonly nestedEnums: readonly unknown[];
}

export interface DescOneof {
  readonly kind: 'oneof';
  readonly localName: string;
  readonly fields: readonly DescField[];
}

export interface DescField {
  readonly kind: 'field';
  readonly fieldKind: 'scalar' | 'enum' | 'message' | 'list' | 'map';
  readonly listKind?: 'scalar' | 'enum' | 'message' | undefined;
  readonly localName: string;
  readonly number: number;
  readonly scalar?: number | undefined;
  readonly message?: DescMessage | undefined;
  readonly enum?: DescEnum | undefined;
  readonly oneof: DescOneof | undefined;
  readonly parent: DescMessage;
  readonly presence: number;
  readonly packed?: boolean | undefined;
  readonly delimitedEncoding?: boolean | undefined;
  readonly longAsString?: boolean | undefined;
  readonly utf8Validation: boolean;
  readonly getDefaultValue?: (() => unknown) | undefined;
}

export interface DescEnum {
  readonly kind: 'enum';
  readonly name: string;
  readonly typeName: string;
  readonly open: boolean;
  readonly values: readonly {
    readonly localName: string;
    readonly number: number;
    readonly proto: {
      readonly options?: { readonly $unknown?: readonly UnknownField[] } | undefined;
    };
  }[];
}

interface UnknownField {
  readonly no: number;
  readonly wireType: number;
  readonly data: Uint8Array;
}
