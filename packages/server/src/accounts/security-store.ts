/** What passwords, devices, the second factor, tokens and recovery need of storage. */
import type { DeviceNumber, SessionId, UserNumber } from '@sotto/model';
import type { Act } from './act.ts';

export interface PasswordChange {
  user: UserNumber;
  registrationRecord: Uint8Array;
  sealedBackupKey: Uint8Array;
  /** The session that goes on. */
  keep: SessionId;
  nowMs: number;
}

export interface SecondFactorRecord {
  /** Under the server's login secret. */
  sealedSecret: Uint8Array;
  createdMs: number;
  /** 0: not in use yet. */
  confirmedMs: number;
  /** The last step whose code was used. */
  lastStep: number;
}

/** What stood for the second factor at a log-in; each is good once. */
export type FactorUse = { kind: 'step'; step: number } | { kind: 'recoveryCode'; codeHash: Uint8Array };

export interface TokenRecord {
  id: number;
  user: UserNumber;
  name: string;
  scopes: readonly string[];
  createdMs: number;
  /** 0 when never used. */
  lastUsedMs: number;
  /** 0 for no end. */
  expiresMs: number;
}

export type NewToken = Omit<TokenRecord, 'id' | 'lastUsedMs'> & { tokenHash: Uint8Array };

export interface NewRecovery {
  user: UserNumber;
  codeHash: Uint8Array;
  expiresMs: number;
  keepSecondFactor: boolean;
}

export interface Recovery {
  user: UserNumber;
  codeHash: Uint8Array;
  registrationRecord: Uint8Array;
  sealedBackupKey: Uint8Array;
  nowMs: number;
}

/** Each change is one commit; those that end sessions return the ones that were alive. */
export interface SecurityStore {
  /** Empty where the client gave none. */
  sealedBackupKey(user: UserNumber): Promise<Uint8Array>;
  /** Record, sealed key and the end of every other session; a code for recovery is void. Undefined where `keep` has ended, and nothing changes. */
  changePassword(change: PasswordChange): Promise<readonly SessionId[] | undefined>;

  secondFactor(user: UserNumber): Promise<SecondFactorRecord | undefined>;
  /** Hashes of those that are left. */
  recoveryCodes(user: UserNumber): Promise<readonly Uint8Array[]>;
  /** Replaces one that is not in use yet; false where one is in use. */
  enrolSecondFactor(user: UserNumber, sealedSecret: Uint8Array, nowMs: number): Promise<boolean>;
  /** Puts this very one in use; false where it is gone, replaced or in use. */
  confirmSecondFactor(confirmed: {
    user: UserNumber;
    sealedSecret: Uint8Array;
    step: number;
    codeHashes: readonly Uint8Array[];
    nowMs: number;
  }): Promise<boolean>;
  /** With its recovery codes; true where it was in use. `act`: somebody else does it, which leaves an entry. */
  dropSecondFactor(user: UserNumber, act?: Act): Promise<boolean>;

  /** Undefined where the user has `most` already. */
  createToken(token: NewToken, most: number): Promise<TokenRecord | undefined>;
  tokens(user: UserNumber): Promise<readonly TokenRecord[]>;
  tokenByHash(tokenHash: Uint8Array): Promise<TokenRecord | undefined>;
  /** Undefined where the user has no such token. */
  revokeToken(user: UserNumber, id: number, nowMs: number): Promise<readonly SessionId[] | undefined>;
  /** Forgets tokens that have expired, with their sessions. */
  expireTokens(nowMs: number): Promise<readonly SessionId[]>;

  deviceKey(device: DeviceNumber): Promise<Uint8Array | undefined>;
  /** False where the user has no such device. */
  renameDevice(user: UserNumber, device: DeviceNumber, name: string): Promise<boolean>;
  /** Undefined where the user has no such device. */
  revokeDevice(
    user: UserNumber,
    device: DeviceNumber,
    nowMs: number,
  ): Promise<readonly SessionId[] | undefined>;

  /** Replaces an earlier one. */
  createRecovery(recovery: NewRecovery, act: Act): Promise<void>;
  recoveryUsable(user: UserNumber, codeHash: Uint8Array, nowMs: number): Promise<boolean>;
  /** Uses the code up; all sessions end. Undefined where it is not good any more. */
  recover(recovery: Recovery): Promise<readonly SessionId[] | undefined>;
}
