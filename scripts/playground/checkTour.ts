import {toHash} from '../../examples/playground/settings.ts';
import {TOUR_STEPS} from '../../examples/playground/tourSteps.ts';
import {must, type Visit, withPage} from './visitor.ts';

/** Goes through the tour by keyboard: each step sets the controls, trains, and points at a part of the page in view. */
export function checkTour(visit: Visit): Promise<string> {
  return withPage(
    visit,
    '',
    async (page) => {
      await page.focus('#tour');
      await page.keyboard.press('Enter');
      for (const [index, step] of TOUR_STEPS.entries()) {
        const title = page.locator('.tour h2');
        await title.filter({hasText: step.title}).waitFor();
        must(
          await title.evaluate((node) => node === document.activeElement),
          `step ${index + 1} of the tour must take the focus`,
        );
        const {hash} = new URL(page.url());
        must(hash === `#${toHash(step.settings)}`, `step ${index + 1} must set the controls, received ${hash}`);
        await page.waitForSelector('#status[data-state=running]');
        const top = await page
          .locator('.pointed')
          .first()
          .evaluate((part) => part.getBoundingClientRect().top);
        must(top > -200 && top < 900, `step ${index + 1} must show what it points at, received ${top}`);
        if (index < TOUR_STEPS.length - 1) {
          await page.locator('.tour .primary').press('Enter');
        } else {
          await title.press('Escape');
          await title.waitFor({state: 'detached'});
          const focused = await page.evaluate(() => document.activeElement?.id);
          must(focused === 'tour', `after the tour its button must have the focus, received ${focused}`);
        }
      }
      return `${TOUR_STEPS.length} steps of the tour by keyboard`;
    },
    {reducedMotion: 'reduce'},
  );
}
