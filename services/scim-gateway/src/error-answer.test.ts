import { TooCostlyError } from '@rollcall/domain/errors';
import { expect, test } from 'vitest';
import { errorAnswer } from './error-answer.ts';

test('a search that was stopped for its time is a 400 tooMany in its own words, and no fault of ours', () => {
  const { error, isOurs } = errorAnswer(new TooCostlyError('The search was stopped.'), 0);
  expect(error).toMatchObject({ status: 400, scimType: 'tooMany', detail: 'The search was stopped.' });
  expect(isOurs).toBe(false);
});
