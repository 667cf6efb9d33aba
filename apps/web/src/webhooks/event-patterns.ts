/** Kinds of events that a webhook may ask for together, in words. */
export const EVENT_PATTERNS = [
  { value: '*', label: 'All events' },
  { value: 'user.*', label: 'All about users' },
  { value: 'session.*', label: 'All about single sessions' },
  { value: 'token.*', label: 'All about tokens' },
  { value: 'app_token.*', label: 'All about app tokens' },
  { value: 'webhook.*', label: 'All about webhooks' },
];
