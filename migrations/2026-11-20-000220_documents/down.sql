DROP TABLE document;
DROP TABLE document_blob;
