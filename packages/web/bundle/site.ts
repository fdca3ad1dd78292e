/** The client as files to be served. What serves it knows no more of it than this. */
export interface SiteFile {
  /** With its character set. */
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Undefined where packing gains nothing. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  /** The SHA-256 of the body, in base64url. */
  readonly digest: string;
  /** Its path changes whenever its content does. */
  readonly immutable: boolean;
}

export interface Site {
  /** By path; the page is at `/`. */
  readonly files: ReadonlyMap<string, SiteFile>;
}
