export interface IssuedTokens {
  accessToken: string;
  refreshToken: string;
}

/** A pair for each of these sessions. */
export const issueTokens = (latchkeyUrl: string, cookies: string[]): Promise<IssuedTokens[]> =>
  Promise.all(
    cookies.map(async (cookie) => {
      const answer = await fetch(`${latchkeyUrl}/api/v1/auth/token`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: '{}',
      });
      if (answer.status !== 200) throw new Error(`No tokens were issued: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as IssuedTokens;
    }),
  );
