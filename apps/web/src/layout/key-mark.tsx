interface KeyMarkProps {
  size?: number;
}

/** The mark of the product: a key on a tile in the accent colour. */
export const KeyMark = ({ size = 28 }: KeyMarkProps) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="9" fill="var(--latchkey-mark)" />
    <g fill="none" stroke="#fff" strokeWidth="2.8" strokeLinecap="round" strokeLinejoin="round">
      <circle cx="11.4" cy="20.6" r="4.6" />
      <path d="M14.8 17.2 24.2 7.8M20.4 11.6l3.2 3.2M17.2 14.8l2.2 2.2" />
    </g>
  </svg>
);
