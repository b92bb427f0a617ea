import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent; shade 6 on white and shade 4 on black both carry text at 4.5:1, and white on shade 6. */
const blue: MantineColorsTuple = [
  '#eaf2ff',
  '#d3e4ff',
  '#a9c9ff',
  '#7fb0ff',
  '#5b9dff',
  '#3d87f5',
  '#1f6feb',
  '#1a5fcb',
  '#154ea8',
  '#103d85',
];
const dark: MantineColorsTuple = [
  '#dfe5ec',
  '#b9c3cf',
  '#97a3b3',
  '#6b7686',
  '#3a4450',
  '#2a323d',
  '#1b212a',
  '#151a21',
  '#0e1116',
  '#090b0f',
];

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 6, dark: 6 },
  colors: { blue, dark },
  autoContrast: true,
  defaultRadius: 6,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, "Liberation Mono", monospace',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  headings: { sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '15px' }, h3: { fontSize: '13px' } } },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    // Mantine writes what stands below a field two pixels smaller than the field itself.
    InputWrapper: {
      vars: () => ({
        label: {},
        description: { '--input-description-size': '11px' },
        error: { '--input-error-size': '11px' },
      }),
    },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Table: { defaultProps: { fz: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 300, fz: 'sm' } },
  },
});
