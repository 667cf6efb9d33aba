/**
 * The address of the service without a slash at its end; `''` is the origin of the page.
 * @throws Error that says what to write instead, and at once: later, a wrong address looks like an outage
 */
export const parseServiceUrl = (url: string): string => {
  if (url === '' || url === '/') return '';
  // By hand: the `URL` of React Native does not know the parts of an address.
  const [, origin, rest = ''] = /^(https?:\/\/[^/?#\s]+)(.*)$/i.exec(url) ?? [];
  if (origin === undefined)
    throw new Error(
      `"${url}" is no address of a service: write it with http:// or https://, like https://auth.example.com.`,
    );
  if (rest !== '' && rest !== '/')
    throw new Error(`"${url}" says more than where the service is: write ${origin}, the client adds the paths.`);
  return origin;
};
