/** A picture that a camera reads. With its encoder: fetched when it is needed. */
import { encode } from 'uqr';
import styles from './account.module.css';
import { pathOf } from './qr-path.ts';

export interface QrCodeProps {
  text: string;
  /** What it is, for who does not see it; the text stands beside it. */
  label: string;
}

export default function QrCode({ text, label }: QrCodeProps) {
  const { size, data } = encode(text, { ecc: 'M', border: 0 });
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path fill="currentColor" d={pathOf(data)} />
    </svg>
  );
}
