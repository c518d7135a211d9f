DROP TABLE document_take;
