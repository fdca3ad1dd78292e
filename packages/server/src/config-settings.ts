/**
 * Every setting of the server, once: its flag, its variable, its default and its meaning. Parsing, help and
 * `.env.sample` all follow this table.
 */
export interface Setting {
  /** As written on the command line; undefined for what others on the machine must not see. */
  flag: string | undefined;
  /** In the environment or in `.env`. */
  variable: string;
  /** What the value is, for help; undefined for switches. */
  argument: string | undefined;
  /** Empty where nothing is set. */
  default: string;
  description: string;
}

const SETTINGS_TABLE = {
  data: {
    flag: '--data',
    variable: 'SOTTO_DATA',
    argument: 'DIR',
    default: './data',
    description: "Data directory: database, TLS identity, login secret. Back it up; it is the server's.",
  },
  address: {
    flag: '[ip]',
    variable: 'SOTTO_ADDRESS',
    argument: 'IP',
    default: '',
    description: 'IP address to listen on; by default 0.0.0.0, in demo mode 127.0.0.1.',
  },
  udpPort: {
    flag: '--udp-port',
    variable: 'SOTTO_UDP_PORT',
    argument: 'N',
    default: '20001',
    description: 'Port of UDP; 0 takes a free one.',
  },
  quicPort: {
    flag: '--quic-port',
    variable: 'SOTTO_QUIC_PORT',
    argument: 'N',
    default: '4433',
    description: 'Port of QUIC, on UDP as well, so another one than that of UDP; 0 takes a free one.',
  },
  tlsPort: {
    flag: '--tls-port',
    variable: 'SOTTO_TLS_PORT',
    argument: 'N',
    default: '5000',
    description: 'Port of TLS over TCP; 0 takes a free one.',
  },
  webPort: {
    flag: '--web-port',
    variable: 'SOTTO_WEB_PORT',
    argument: 'N',
    default: '8443',
    description: 'Port of HTTPS and WebSocket; 0 takes a free one.',
  },
  only: {
    flag: '--only',
    variable: 'SOTTO_ONLY',
    argument: 'LIST',
    default: 'udp,quic,tls,websocket',
    description: 'Transports to run, separated by commas: udp, quic, tls, websocket.',
  },
  demo: {
    flag: '--demo',
    variable: 'SOTTO_DEMO',
    argument: undefined,
    default: 'false',
    description:
      'Create alice, bob and cam (passwords p1, p2, p3); only on a loopback address and in a data directory of its own.',
  },
  registration: {
    flag: '--registration',
    variable: 'SOTTO_REGISTRATION',
    argument: 'WHO',
    default: 'open',
    description: 'Who may make an account: open, invite (a code from `sotto admin invite`), or closed.',
  },
  deletedAccounts: {
    flag: '--deleted-accounts',
    variable: 'SOTTO_DELETED_ACCOUNTS',
    argument: 'WHAT',
    default: 'keep',
    description:
      'What becomes of the messages of deleted accounts: keep them under a name that stands for it, or erase them.',
  },
  tlsCertificate: {
    flag: '--tls-certificate',
    variable: 'SOTTO_TLS_CERTIFICATE',
    argument: 'FILE',
    default: '',
    description: 'PEM certificate chain to use instead of the identity made at first start.',
  },
  tlsKey: {
    flag: '--tls-key',
    variable: 'SOTTO_TLS_KEY',
    argument: 'FILE',
    default: '',
    description: 'PEM private key of that certificate (RSA, ECDSA or Ed25519).',
  },
  webOrigins: {
    flag: '--web-origins',
    variable: 'SOTTO_WEB_ORIGINS',
    argument: 'LIST',
    default: '',
    description: 'Web origins besides the server itself whose pages may connect, separated by commas.',
  },
  database: {
    flag: '--database-url',
    variable: 'SOTTO_DATABASE_URL',
    argument: 'URL',
    default: '',
    description: 'Database, as sqlite:PATH; by default sotto.db in the data directory.',
  },
  files: {
    flag: '--files',
    variable: 'SOTTO_FILES',
    argument: 'WHERE',
    default: '',
    description:
      'Where files are: a directory, by default files in the data directory, or s3://BUCKET/PREFIX, whose keys, region and endpoint are in the environment alone.',
  },
  fileMax: {
    flag: '--file-max',
    variable: 'SOTTO_FILE_MAX',
    argument: 'SIZE',
    default: '50M',
    description: 'Largest file taken, with K, M, G or T for 1,024 of the one before; or off.',
  },
  fileQuotaAccount: {
    flag: '--file-quota-account',
    variable: 'SOTTO_FILE_QUOTA_ACCOUNT',
    argument: 'SIZE',
    default: '2G',
    description: 'What the files of one account may take together, or off.',
  },
  fileQuotaTotal: {
    flag: '--file-quota-total',
    variable: 'SOTTO_FILE_QUOTA_TOTAL',
    argument: 'SIZE',
    default: '20G',
    description: 'What all files may take together, or off.',
  },
  limits: {
    flag: '--limits',
    variable: 'SOTTO_LIMITS',
    argument: 'ON',
    default: 'on',
    description: 'on, or off for none of the limits below; each of them can be off by itself, too.',
  },
  limitAccountMessages: {
    flag: '--limit-account-messages',
    variable: 'SOTTO_LIMIT_ACCOUNT_MESSAGES',
    argument: 'RATE',
    default: '10/s:200',
    description: 'Messages of one account: 10 a second, and 200 at once.',
  },
  limitAccountBytes: {
    flag: '--limit-account-bytes',
    variable: 'SOTTO_LIMIT_ACCOUNT_BYTES',
    argument: 'RATE',
    default: '128K/s:4M',
    description: 'Bytes of the messages of one account, with K for 1,024 and M for 1,048,576.',
  },
  limitAccountRequests: {
    flag: '--limit-account-requests',
    variable: 'SOTTO_LIMIT_ACCOUNT_REQUESTS',
    argument: 'RATE',
    default: '50/s:2000',
    description: 'Everything else that one account asks for.',
  },
  limitSourceMessages: {
    flag: '--limit-source-messages',
    variable: 'SOTTO_LIMIT_SOURCE_MESSAGES',
    argument: 'RATE',
    default: '100/s:2000',
    description: 'Messages from one IPv4 address, or one IPv6 network of 64 bits.',
  },
  limitSourceBytes: {
    flag: '--limit-source-bytes',
    variable: 'SOTTO_LIMIT_SOURCE_BYTES',
    argument: 'RATE',
    default: '1M/s:32M',
    description: 'Bytes of those.',
  },
  limitSourceConnections: {
    flag: '--limit-source-connections',
    variable: 'SOTTO_LIMIT_SOURCE_CONNECTIONS',
    argument: 'N',
    default: '200',
    description: 'Connections from there that have not logged in, at a time.',
  },
  limitRoomMessages: {
    flag: '--limit-room-messages',
    variable: 'SOTTO_LIMIT_ROOM_MESSAGES',
    argument: 'RATE',
    default: '50/s:1000',
    description: 'Messages in one room other than the lobby, whoever writes them.',
  },
  limitRoomBytes: {
    flag: '--limit-room-bytes',
    variable: 'SOTTO_LIMIT_ROOM_BYTES',
    argument: 'RATE',
    default: '512K/s:16M',
    description: 'Bytes of those in a room.',
  },
  aiProvider: {
    flag: '--ai-provider',
    variable: 'SOTTO_AI_PROVIDER',
    argument: 'KIND',
    default: '',
    description:
      'Who speaks for the assistant: ollama, or openai for any API like that of OpenAI; by default there is no assistant.',
  },
  aiModel: {
    flag: '--ai-model',
    variable: 'SOTTO_AI_MODEL',
    argument: 'MODEL',
    default: '',
    description: 'Model to ask, as the provider calls it; for Ollama one of `ollama list`.',
  },
  aiKey: {
    flag: undefined,
    variable: 'SOTTO_AI_KEY',
    argument: 'KEY',
    default: '',
    description: 'Key of the API; Ollama needs none.',
  },
  aiUrl: {
    flag: '--ai-url',
    variable: 'SOTTO_AI_URL',
    argument: 'URL',
    default: '',
    description:
      'Base URL of the API; by default https://api.openai.com/v1, and for Ollama http://127.0.0.1:11434.',
  },
  aiPrivateHosts: {
    flag: '--ai-private-hosts',
    variable: 'SOTTO_AI_PRIVATE_HOSTS',
    argument: 'LIST',
    default: '',
    description:
      'Host names in URLs of providers that may stand for private addresses, separated by commas, such as ollama.lan.',
  },
  aiName: {
    flag: '--ai-name',
    variable: 'SOTTO_AI_NAME',
    argument: 'NAME',
    default: 'assistant',
    description: 'Account name of the assistant: what people write @ before.',
  },
  aiPrompt: {
    flag: '--ai-prompt',
    variable: 'SOTTO_AI_PROMPT',
    argument: 'TEXT',
    default: '',
    description: 'What assistants are told of their task and tone, beside what Sotto tells them.',
  },
  aiContext: {
    flag: '--ai-context',
    variable: 'SOTTO_AI_CONTEXT',
    argument: 'TOKENS',
    default: '',
    description:
      'Tokens of a prompt at most; by default 8000, and for Ollama 3000, since that has 4096 for prompt and answer unless its OLLAMA_CONTEXT_LENGTH says more.',
  },
  aiAnswer: {
    flag: '--ai-answer',
    variable: 'SOTTO_AI_ANSWER',
    argument: 'TOKENS',
    default: '1000',
    description: 'Tokens of an answer at most.',
  },
  aiParallel: {
    flag: '--ai-parallel',
    variable: 'SOTTO_AI_PARALLEL',
    argument: 'N',
    default: '4',
    description: 'Answers written at a time.',
  },
  aiQueue: {
    flag: '--ai-queue',
    variable: 'SOTTO_AI_QUEUE',
    argument: 'N',
    default: '100',
    description: 'Questions that may wait for that.',
  },
  aiTimeout: {
    flag: '--ai-timeout',
    variable: 'SOTTO_AI_TIMEOUT',
    argument: 'TIME',
    default: '60s',
    description: 'How long a provider may be silent, before an answer and within it.',
  },
  aiLimitAccount: {
    flag: '--ai-limit-account',
    variable: 'SOTTO_AI_LIMIT_ACCOUNT',
    argument: 'BUDGET',
    default: '100:200K',
    description:
      'Questions and tokens of one account a day (UTC), with K for 1,000 and M for 1,000,000; or off.',
  },
  aiLimitRoom: {
    flag: '--ai-limit-room',
    variable: 'SOTTO_AI_LIMIT_ROOM',
    argument: 'BUDGET',
    default: '300:600K',
    description: 'Those in one room a day.',
  },
  aiLimitTotal: {
    flag: '--ai-limit-total',
    variable: 'SOTTO_AI_LIMIT_TOTAL',
    argument: 'BUDGET',
    default: '2000:4M',
    description: 'Those of the whole server a day.',
  },
  logLevel: {
    flag: '--log-level',
    variable: 'SOTTO_LOG_LEVEL',
    argument: 'LEVEL',
    default: 'info',
    description: 'Least severe level to log: debug, info, warn or error.',
  },
  logFile: {
    flag: '--log-file',
    variable: 'SOTTO_LOG_FILE',
    argument: 'FILE',
    default: '',
    description: 'Also append the log to this file, one JSON object a line.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS_TABLE;
export const SETTINGS: Readonly<Record<SettingName, Setting>> = SETTINGS_TABLE;
export const SETTING_NAMES = Object.keys(SETTINGS_TABLE) as readonly SettingName[];
