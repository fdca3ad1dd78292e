/** All screens, dialogs, menus and panes of the client, in the order in which one walks through them. */
import { ACCOUNT_SCREENS } from './account.ts';
import { CONVERSATION_SCREENS } from './conversation.ts';
import { FILE_SCREENS } from './files.ts';
import { PEOPLE_SCREENS } from './people.ts';
import { ROOM_SCREENS } from './rooms.ts';
import type { Screen } from './screen.ts';
import { SIDE_SCREENS } from './side.ts';
import { SIGN_IN_SCREENS } from './sign-in.ts';
import { WRITING_SCREENS } from './writing.ts';

export const SCREENS: readonly Screen[] = [
  ...SIGN_IN_SCREENS,
  ...ROOM_SCREENS,
  ...CONVERSATION_SCREENS,
  ...WRITING_SCREENS,
  ...SIDE_SCREENS,
  ...PEOPLE_SCREENS,
  ...FILE_SCREENS,
  ...ACCOUNT_SCREENS,
];
