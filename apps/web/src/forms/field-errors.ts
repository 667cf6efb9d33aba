import type { ReactNode } from 'react';

/** What is wrong, by the name of the field. */
export type FieldErrors = Record<string, ReactNode>;
