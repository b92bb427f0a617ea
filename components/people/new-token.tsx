import { Button, CopyButton } from '@mantine/core';
import classes from './people-page.module.css';

/** A token that was just made: this is the one time that it is shown. */
export function NewToken({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div className={classes.made} role="status">
      <span>Shown this once; only its hash is kept.</span>
      <code>{secret}</code>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
      <Button variant="subtle" onClick={onClose}>
        Done
      </Button>
    </div>
  );
}
