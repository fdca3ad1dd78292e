/** The first screen of whoever is not signed in. Fetched when it is needed. */

import type { Store } from '@sotto/app';
import { ErrorCode, SottoError } from '@sotto/client';
import { useState } from 'react';
import { serverHere } from '../home.ts';
import type { Session } from '../shell/session.ts';
import { Notice } from '../ui/notice.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { LogIn } from './log-in.tsx';
import { Register } from './register.tsx';
import { SecondFactor } from './second-factor.tsx';
import styles from './sign-in.module.css';

export interface Credentials {
  name: string;
  password: string;
}

export interface SignInProps {
  session: Session;
  store: Store;
  /** Why somebody who was signed in is not any more. */
  notice: string | undefined;
}

/** `recover`: to register again, with a code. */
type Tab = 'logIn' | 'register' | 'recover';

export default function SignIn({ session, store, notice }: SignInProps) {
  const [tab, setTab] = useState<Tab>('logIn');
  const [waiting, setWaiting] = useState<Credentials>();
  const enter = (account: Credentials & { code?: string }) => session.signIn(store, account);
  /** The password is right, and the account may ask for a code of its authenticator. */
  const enterOrAsk = (account: Credentials) =>
    enter(account).catch((error: unknown) => {
      if (!isRefused(error, ErrorCode.SECOND_FACTOR_REQUIRED)) throw error;
      setWaiting(account);
    });
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <header>
          <h1 className={styles.title}>Sotto</h1>
          <p className={styles.server}>{serverHere()}</p>
        </header>
        {notice !== undefined && <Notice kind="info">{notice}</Notice>}
        {waiting !== undefined ? (
          <SecondFactor onCode={(code) => enter({ ...waiting, code })} onBack={() => setWaiting(undefined)} />
        ) : (
          <Tabs<'logIn' | 'register'>
            label="Account"
            tabs={[
              { name: 'logIn', label: 'Log in' },
              { name: 'register', label: 'Register' },
            ]}
            chosen={tab === 'logIn' ? 'logIn' : 'register'}
            onChoose={setTab}
          >
            {tab === 'logIn' ? (
              <LogIn enter={enterOrAsk} onForgot={() => setTab('recover')} />
            ) : (
              <Register key={tab} client={store.client} enter={enterOrAsk} recovers={tab === 'recover'} />
            )}
          </Tabs>
        )}
      </div>
    </main>
  );
}

const isRefused = (error: unknown, code: ErrorCode): boolean =>
  error instanceof SottoError && error.code === code;
