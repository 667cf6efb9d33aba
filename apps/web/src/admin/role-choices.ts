/** The roles, as somebody chooses among them. */
export const ROLE_CHOICES = [
  { value: 'user', label: 'User' },
  { value: 'admin', label: 'Administrator' },
];
