import library from 'samlp';

export const samlp = library;
