/** How somebody is seen, and what an account keeps (profile.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { frame, LOGGED_IN } from './definition.ts';

export const profileFrames = {
  readProfiles: frame(FrameType.READ_PROFILES, schema.ReadProfilesSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'profileList',
  }),
  profileList: frame(FrameType.PROFILE_LIST, schema.ProfileListSchema, { from: 'server', states: LOGGED_IN }),
  setProfile: frame(FrameType.SET_PROFILE, schema.SetProfileSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  setSetting: frame(FrameType.SET_SETTING, schema.SetSettingSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  readSettings: frame(FrameType.READ_SETTINGS, schema.ReadSettingsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'settingPage',
  }),
  settingPage: frame(FrameType.SETTING_PAGE, schema.SettingPageSchema, { from: 'server', states: LOGGED_IN }),
} as const;
