/** The graphical client as files, which whoever starts the server hands in: the server knows nothing else of it. */
export interface SiteFile {
  /** With its character set. */
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Undefined where packing gains nothing. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  /** Differs wherever the body does; letters, digits, `-` and `_`. */
  readonly digest: string;
  /** Its path changes whenever its content does. */
  readonly immutable: boolean;
}

export interface Site {
  /** By path; the page is at `/`. */
  readonly files: ReadonlyMap<string, SiteFile>;
}

/** `cache`: a folder for what it takes long to make. Rejects where there is nothing to be had, perhaps not for good. */
export type OpenSite = (options: { cache: string; signal: AbortSignal }) => Promise<Site>;
