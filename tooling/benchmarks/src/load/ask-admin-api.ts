/** Sends a GraphQL request once and answers with its data; throws where the answer has errors or a refusal. */
export async function askAdminApi(url: string, token: string, body: string): Promise<object> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
  const answer: unknown = await response.json();
  if (isData(answer)) return answer.data;
  throw new Error(`The admin API answered with ${response.status}: ${JSON.stringify(answer)}`);
}

function isData(answer: unknown): answer is { data: object } {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    !('errors' in answer) &&
    'data' in answer &&
    typeof answer.data === 'object' &&
    answer.data !== null &&
    !JSON.stringify(answer).includes('"code":')
  );
}
