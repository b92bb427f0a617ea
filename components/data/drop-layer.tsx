'use client';

import '@mantine/dropzone/styles.css';
import { Dropzone } from '@mantine/dropzone';
import classes from './import.module.css';

/** Files dropped anywhere on the page; it covers the page only while some are held over it. */
export default function DropLayer({ onFiles }: { onFiles: (files: File[]) => void }) {
  return (
    <Dropzone.FullScreen
      active
      // Inside the page's landmark, and no stop for the Tab key: the button beside the filters does the same.
      withinPortal={false}
      activateOnKeyboard={false}
      onDrop={onFiles}
      inputProps={{ 'aria-label': 'Bar files' }}
    >
      <div className={classes.drop} aria-hidden="true">
        Drop bar files to import them: CSV, CSV in gzip, zip
      </div>
    </Dropzone.FullScreen>
  );
}
