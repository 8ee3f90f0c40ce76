import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const RESULTS = z.object({
  violations: z.array(
    z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
  ),
});

/** What axe-core finds on the page as it is now: nothing (WCAG 2.2 AA). */
export async function expectAccessible(page: Page): Promise<void> {
  // Transitions show colors that nobody reads.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(axe.source);
  const results = RESULTS.parse(
    await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`),
  );
  const found = results.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes[0]?.html.slice(0, 300)}`,
  );
  expect(found).toEqual([]);
}

/** Nothing sticks out at the side of a narrow screen. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const [content, window] = z
    .tuple([z.number(), z.number()])
    .parse(
      await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]'),
    );
  expect(content).toBeLessThanOrEqual(window);
}

/** It is there, or comes within the page's patience. */
export async function expectShown(locator: Locator): Promise<void> {
  await locator.first().waitFor();
}
