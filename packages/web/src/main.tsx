import './theme/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { takeChoices } from './choices.ts';
import { refuseStrayDrops } from './files/stray-drops.ts';
import { keepInstallOffer, startWorker } from './offline.ts';
import { beforeReload } from './reload.ts';
import { Session } from './shell/session.ts';
import { applyTheme } from './theme/theme.ts';
import { keepFocus } from './ui/focus.ts';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no #app');
takeChoices();
applyTheme();
keepInstallOffer();
refuseStrayDrops();
keepFocus();
const session = new Session();
beforeReload(() => session.end());
void session.start();
createRoot(place).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
void startWorker();
