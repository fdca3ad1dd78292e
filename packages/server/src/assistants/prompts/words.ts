/** The words of a question that say what it is about [PROMPT-9]. Pure. */
import { runsOf } from '../../search/words.ts';

export const WORDS_MAX = 8;

/** What questions are asked with, as search folds words. Of a few languages: elsewhere such words only match too much. */
const STOP_WORDS = new Set(
  [
    'a an and any are as at be but by can could did do does for from had has have he her his how i in into is it its me my',
    'not of on or our say said she should so that the their them they this to us was we were what when where which who why',
    'will with would you your about there was been tell please',
    'aber als am an auch auf aus bei bin bis das dass dem den der des die du ein eine einen einem einer er es fur hat haben',
    'ich ihr im in ist ja kann mit nach nicht noch oder sich sie sind so uber um und uns von war was wann warum wer wie wir',
    'wird wo zu zum zur hatte gesagt bitte',
    'au aux avec ce ces dans de des du elle en est et il ils je la le les leur lui ma mais me mon ne nous on ou par pas pour',
    'qu que quand qui quoi sa se ses son sur ta te tu un une vous y a comment dit',
    'al como con cual cuando de del donde el ella en es esta fue ha hay la las lo los mas mi muy no o para pero por porque',
    'que quien se si sin sobre su sus un una y ya dijo',
  ].flatMap((words) => words.split(' ')),
);

/** Folded, distinct, in their order. Where all of them are stop words, those. */
export function askedWords(question: string): readonly string[] {
  const words = [...new Set(runsOf(question).flatMap((run) => run.words))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return (telling.length > 0 ? telling : words).slice(0, WORDS_MAX);
}
