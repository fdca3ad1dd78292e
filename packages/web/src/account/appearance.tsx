import { useState } from 'react';
import { chooseTheme, chosenTheme, THEME_CHOICES, THEME_WORDS } from '../theme/theme.ts';
import styles from './account.module.css';
import { Announcements, Install } from './announcements.tsx';
import { Keeping } from './keeping.tsx';

/** Of this device. */
export function Appearance() {
  return (
    <>
      <Theme />
      <Keeping />
      <Announcements />
      <Install />
    </>
  );
}

function Theme() {
  const [chosen, setChosen] = useState(chosenTheme);
  return (
    <section className={styles.section}>
      <fieldset className={styles.choice}>
        <legend>
          <strong>Theme</strong>
        </legend>
        {THEME_CHOICES.map((choice) => (
          <label key={choice} className={styles.option}>
            <input
              type="radio"
              name="theme"
              checked={choice === chosen}
              onChange={() => {
                chooseTheme(choice);
                setChosen(choice);
              }}
            />
            {THEME_WORDS[choice]}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
